-- Moves in the rooms 0 to ROOMS - 1, by the players who sit in them: one room after the other, or
-- drawn at random. With KEYS, each move has an Idempotency-Key of its own, which begins so.
local common = dofile(os.getenv("BENCH_LUA") .. "/common.lua")
local rooms, keys = common.setting("ROOMS"), common.setting("KEYS")
local at_random = common.setting("RANDOM", 0) == 1
local players = #common.tokens
local n = 0

local before = "POST /api/" .. common.setting("KIND") .. "/"
local middle, tails = {}, {}
for cell = 0, 8 do
  local body = '{"cell":' .. cell .. "}"
  tails[cell] = "\r\n" .. body
  for player = 1, players do
    middle[player] = "/place" .. common.after_path(common.tokens[player]) .. common.length(body)
  end
end

-- Put together beforehand where there are few: what differs then is the key and the cell.
local heads = {}
local function head(room, seat)
  local player = (2 * room + seat) % players + 1
  return before .. common.room_id(room) .. middle[player]
end
if rooms <= 1000 then
  for room = 0, rooms - 1 do
    for seat = 0, 1 do heads[2 * room + seat] = head(room, seat) end
  end
end

local whole = {}
if rooms <= 1000 and not keys then
  for place, text in pairs(heads) do
    for cell = 0, 8 do whole[place * 9 + cell] = text .. tails[cell] end
  end
end

function init() math.randomseed(common.setting("SEED", 1)) end

function request()
  n = n + 1
  local place = at_random and math.random(0, 2 * rooms - 1) or n % (2 * rooms)
  local cell = n % 9
  if whole[0] then return whole[place * 9 + cell] end
  local text = heads[place] or head(math.floor(place / 2), place % 2)
  if keys then text = text .. "Idempotency-Key: " .. keys .. (100000000 + n) .. "\r\n" end
  return text .. tails[cell]
end
