-- GET of one path, the same each time.
local common = dofile(os.getenv("BENCH_LUA") .. "/common.lua")
local bytes = "GET " .. common.setting("PATH_ASKED") .. " HTTP/1.1\r\nHost: 127.0.0.1:" ..
  common.setting("PORT") .. "\r\n\r\n"

function request() return bytes end
