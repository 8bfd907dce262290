-- Each request is another player's move with a key of its own.
local tokens, n = {}, 0
for line in io.lines(os.getenv("BENCH_TOKENS")) do tokens[#tokens + 1] = line end

function request()
  n = n + 1
  return wrk.format("POST", os.getenv("BENCH_PATH"), {
    ["Authorization"] = "Bearer " .. tokens[n % #tokens + 1],
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = "k" .. n .. "-" .. os.getenv("BENCH_ROUND"),
  }, '{"cell":' .. n % 9 .. '}')
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("requests %d errors %d\n", summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
