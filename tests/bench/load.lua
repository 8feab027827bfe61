-- wrk ... -s load.lua URL -- FILE SEED: sends the requests of FILE in turn, from a place that SEED decides.
-- A line is METHOD, path, cookie and body with tabs between; {key} in a body becomes a new UUID each time.
local lines, at, seed = {}, 0, 0

function init(args)
  for line in io.lines(args[1]) do
    local method, path, cookie, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
    lines[#lines + 1] = { method, path, { Cookie = cookie }, body }
    if method == "POST" then lines[#lines][3]["Content-Type"] = "application/x-www-form-urlencoded" end
  end
  seed = tonumber(args[2])
  at = (seed * 7919) % #lines
end

function request()
  at = at + 1
  local line = lines[at % #lines + 1]
  local key = string.format("%08x-0000-4000-8000-%012x", seed, at)
  return wrk.format(line[1], line[2], line[3], (line[4]:gsub("{key}", key)))
end

function done(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write
  io.write(string.format(
    "RESULT %d %d %d %d %f %f %f\n", summary.requests, summary.duration, errors + summary.errors.timeout,
    summary.errors.status, latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
