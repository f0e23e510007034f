# The site on Perl's HTTP::Daemon, one process per connection.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);
use HTTP::Daemon;
use HTTP::Response;

my $daemon = HTTP::Daemon->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, ReuseAddr => 1) or die "$!";
$SIG{CHLD} = 'IGNORE';

sub echo {
    my ($request) = @_;
    my $body = $request->content // '';
    my $said = join ' ', $request->method, length $body, sha1_hex($body);
    my $probe = unpack('H*', $request->header('X-Probe') // '') || '-';
    my $where = $request->uri . '';
    $where =~ s/[^\x21-\x7e]/?/g;
    return HTTP::Response->new(200, 'OK', [ 'X-Echo' => "$said $probe $where", 'Content-Type' => 'text/plain' ], "$said\n");
}

sub answer {
    my ($connection, $request) = @_;
    my $path = $request->uri->path;
    return $connection->send_response(echo($request)) if $ENV{ROLE} eq 'echo' or $path =~ m{^/echo};
    return $connection->send_response(200, 'Fine', [ 'Content-Type' => 'text/html' ], '<h1>hello</h1>') if $path eq '/';
    return $connection->send_redirect('http://127.0.0.1/', 302) if $path eq '/redirect';
    return $connection->send_error(500, 'oops') if $path eq '/error';
    return $connection->send_response(HTTP::Response->new(204)) if $path eq '/empty';
    if ($path eq '/stream') {
        my @pieces = ("one\n", "two\n", "three\n");
        return $connection->send_response(HTTP::Response->new(200, 'OK', [], sub { shift @pieces }));
    }
    my $file = "$ENV{DOCUMENTS}$path";
    return $connection->send_file_response($file) if -f $file;
    return $connection->send_error(404);
}

while (1) {
    my $connection = $daemon->accept or next;
    if (fork) { $connection->close; next; }
    while (my $request = $connection->get_request) { answer($connection, $request); }
    $connection->close;
    exit 0;
}
