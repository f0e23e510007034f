-- What wrk sends and how it reports. Arguments: "upload <bytes>", "pipeline <requests>" or nothing.
function init(args)
  local kind, count = args[1], tonumber(args[2])
  if kind == "upload" then
    wrk.method = "POST"
    wrk.body = string.rep("x", count)
  elseif kind == "pipeline" then
    local batch = string.rep(wrk.format("GET"), count)
    request = function() return batch end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"bytes":%d,"seconds":%f,"failures":%d,"statuses":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
