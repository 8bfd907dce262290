-- The same command to one id after another: to ids that nobody has named before, or, with AWAKE, to
-- that many over and over. Ids begin with PREFIX, of 8 characters, and have 20.
local common = dofile(os.getenv("BENCH_LUA") .. "/common.lua")
local body, awake = common.setting("BODY", ""), common.setting("AWAKE")
local before = "POST /api/" .. common.setting("KIND") .. "/" .. common.setting("PREFIX")
local after = {}
for player = 1, #common.tokens do
  after[player] = "/" .. common.setting("COMMAND") .. common.after_path(common.tokens[player]) ..
    common.length(body) .. "\r\n" .. body
end
local n = 0

function request()
  n = n + 1
  return before .. string.format("%012d", awake and n % awake or n) .. after[n % #after + 1]
end
