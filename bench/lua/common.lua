-- What every script for wrk shares: settings from the environment, the bytes of a request, the
-- report. Requests are put together by hand and in the same way as in bench/client.cpp, so that a
-- control gets the very bytes that its subject gets. wrk keeps one Lua state for each of its
-- threads.

local common = { tokens = {} }

function common.setting(name, default)
  local value = os.getenv("BENCH_" .. name)
  if value == nil or value == "" then return default end
  return tonumber(value) or value
end

for line in io.lines(common.setting("TOKENS")) do
  common.tokens[#common.tokens + 1] = line
end

-- What stands between the path and the length of the body.
function common.after_path(token)
  return " HTTP/1.1\r\nHost: 127.0.0.1:" .. common.setting("PORT") ..
    "\r\nAuthorization: Bearer " .. token .. "\r\nContent-Type: application/json\r\n"
end
function common.length(body) return "Content-Length: " .. #body .. "\r\n" end

-- As long as the lobby's ids.
function common.room_id(number) return string.format("room%016d", number) end

-- wrk calls this in a state of its own, at the end. A connection that failed or an answer from 400
-- on is an error.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'result {"requests":%d,"seconds":%.6f,"errors":%d,"p50":%d,"p99":%d,"p999":%d,"max":%d}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end

return common
