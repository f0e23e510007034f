# The site on Mojolicious, with a WebSocket.
use Mojolicious::Lite -signatures;
use Digest::SHA qw(sha1_hex);

app->log->level('fatal');
app->static->paths([ $ENV{DOCUMENTS} ]);

my $echo = sub ($c) {
    my $body = $c->req->body;
    my $said = join ' ', $c->req->method, length $body, sha1_hex($body);
    my $probe = unpack('H*', $c->req->headers->header('X-Probe') // '') || '-';
    $c->res->headers->header('X-Echo' => "$said $probe " . $c->req->url->to_string);
    $c->render(text => "$said\n", format => 'txt');
};

if ($ENV{ROLE} eq 'echo') {
    any '/*anything' => { anything => '' } => $echo;
}
any '/echo' => $echo;
get '/' => sub ($c) { $c->render(text => '<h1>hello</h1>') };
get '/stream' => sub ($c) {
    $c->write_chunk("one\n" => sub ($c, @) { $c->write_chunk("two\n" => sub ($c, @) { $c->finish("three\n") }) });
};
get '/redirect' => sub ($c) { $c->redirect_to('/') };
get '/data/missing' => sub ($c) { $c->render(json => { no => 'way' }, status => 404) };
websocket '/socket' => sub ($c) {
    $c->on(message => sub ($c, $message) { $c->send("echo $message") });
};
any '/*anything' => sub ($c) { $c->render(text => '<h1>missing</h1>', status => 404) };
app->start('daemon', '-l', "http://127.0.0.1:$ENV{PORT}");
