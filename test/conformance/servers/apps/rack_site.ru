# The site as a Rack application: Puma, Unicorn.
require 'digest'

PIECES = ["one\n", "two\n", "three\n"].freeze

def echo(env)
  said = "#{env['REQUEST_METHOD']} #{content(env)}"
  probe = env['HTTP_X_PROBE'].to_s.b.unpack1('H*')
  where = env['PATH_INFO'].to_s.b.gsub(/[^\x21-\x7e]/n, '?')
  [200, { 'X-Echo' => "#{said} #{probe.empty? ? '-' : probe} #{where}", 'Content-Type' => 'text/plain' }, ["#{said}\n"]]
end

def content(env)
  return '- -' if env['PATH_INFO'].include?('/unread')

  body = env['rack.input'].read.to_s.b
  "#{body.bytesize} #{Digest::SHA1.hexdigest(body)}"
end

def page(path)
  case path
  when '/' then [200, { 'Content-Type' => 'text/html' }, ['<h1>hello</h1>']]
  when '/stream' then [200, { 'Content-Type' => 'text/plain' }, PIECES.each]
  when '/fields' then [200, { 'X-Odd-CASE' => 'a,  b', 'Set-Cookie' => "a=1\nb=2" }, ['ok']]
  when '/empty' then [204, {}, []]
  when '/redirect' then [302, { 'Location' => '/' }, []]
  when '/error' then [500, { 'Content-Type' => 'text/html' }, ['oops']]
  when '/data/missing' then [404, { 'Content-Type' => 'application/json' }, ['{"no":"way"}']]
  else [404, { 'Content-Type' => 'text/html' }, ['missing']]
  end
end

run(lambda do |env|
  return echo(env) if ENV['ROLE'] == 'echo' || env['PATH_INFO'].start_with?('/echo')

  page(env['PATH_INFO'])
end)
