# The site on WEBrick.
require 'digest'
require 'webrick'

# Answers every method with what was understood of the request.
class Echo < WEBrick::HTTPServlet::AbstractServlet
  def service(request, response)
    said = "#{request.request_method} #{content(request)}"
    probe = request['X-Probe'].to_s.b.unpack1('H*')
    response['X-Echo'] = "#{said} #{probe.empty? ? '-' : probe} #{request.unparsed_uri.b.gsub(/[^\x21-\x7e]/n, '?')}"
    response['Content-Type'] = 'text/plain'
    response.body = "#{said}\n"
  end

  def content(request)
    return '- -' if request.unparsed_uri.include?('/unread')

    body = request.body.to_s.b
    "#{body.bytesize} #{Digest::SHA1.hexdigest(body)}"
  end
end

silent = { AccessLog: [], Logger: WEBrick::Log.new(File::NULL) }
echo = ENV['ROLE'] == 'echo'
root = echo ? nil : ENV.fetch('DOCUMENTS')
server = WEBrick::HTTPServer.new(Port: Integer(ENV.fetch('PORT')), BindAddress: '127.0.0.1', DocumentRoot: root, **silent)
server.mount(echo ? '/' : '/echo', Echo)
unless echo
  server.mount_proc('/stream') do |_request, response|
    response.chunked = true
    response.body = proc { |out| %W[one\n two\n three\n].each { |piece| out.write(piece) } }
  end
  server.mount_proc('/redirect') { |_request, response| response.set_redirect(WEBrick::HTTPStatus::Found, '/') }
  server.mount_proc('/error') { raise 'oops' }
  server.mount_proc('/empty') { |_request, response| response.status = 204 }
  server.mount_proc('/data/missing') do |_request, response|
    response.status = 404
    response['Content-Type'] = 'application/json'
    response.body = '{"no":"way"}'
  end
end
trap('TERM') { server.shutdown }
server.start
