# The site as a PSGI application: Starman.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);

sub echo {
    my ($env) = @_;
    my $said = "$env->{REQUEST_METHOD} " . content($env);
    my $probe = unpack('H*', $env->{HTTP_X_PROBE} // '') || '-';
    my $where = $env->{REQUEST_URI};
    $where =~ s/[^\x21-\x7e]/?/g;
    return [ 200, [ 'X-Echo' => "$said $probe $where", 'Content-Type' => 'text/plain' ], ["$said\n"] ];
}

sub content {
    my ($env) = @_;
    return '- -' if $env->{PATH_INFO} =~ m{/unread};
    my $body = '';
    while ($env->{'psgi.input'}->read(my $piece, 65536)) { $body .= $piece; }
    return join ' ', length $body, sha1_hex($body);
}

my %pages = (
    '/'             => sub { [ 200, [ 'Content-Type' => 'text/html', 'Content-Length' => 14 ], ['<h1>hello</h1>'] ] },
    '/fields'       => sub { [ 200, [ 'X-Odd-CASE' => 'a,  b', 'Set-Cookie' => 'a=1', 'set-cookie' => 'b=2' ], ['ok'] ] },
    '/empty'        => sub { [ 204, [], [] ] },
    '/redirect'     => sub { [ 302, [ Location => '/' ], [] ] },
    '/error'        => sub { [ 500, [ 'Content-Type' => 'text/html' ], ['oops'] ] },
    '/data/missing' => sub { [ 404, [ 'Content-Type' => 'application/json' ], ['{"no":"way"}'] ] },
    '/stream'       => sub {
        return sub {
            my $writer = shift->([ 200, [ 'Content-Type' => 'text/plain' ] ]);
            $writer->write($_) for "one\n", "two\n", "three\n";
            $writer->close;
        };
    },
);

sub answer {
    my ($env) = @_;
    return echo($env) if $ENV{ROLE} eq 'echo' or $env->{PATH_INFO} =~ m{^/echo};
    my $page = $pages{ $env->{PATH_INFO} };
    return $page->() if $page;
    return [ 404, [ 'Content-Type' => 'text/html', 'X-Kept' => 'yes' ], ['missing'] ];
}

sub {
    my ($env) = @_;
    my $answer = answer($env);
    $answer->[2] = [] if $env->{REQUEST_METHOD} eq 'HEAD' and ref $answer eq 'ARRAY';
    return $answer;
};
