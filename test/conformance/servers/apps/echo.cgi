#!/usr/bin/perl
# Answers with what was understood of the request; for servers that run CGI programs.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);

my $isUnread = $ENV{REQUEST_URI} =~ m{/unread};
my $body = '';
my $left = $ENV{CONTENT_LENGTH} || -1;
while (!$isUnread && $left != 0) {
    my $got = read STDIN, my $piece, $left > 0 ? $left : 65536;
    last unless $got;
    $body .= $piece;
    $left -= $got if $left > 0;
}
my $content = $isUnread ? '- -' : join ' ', length $body, sha1_hex($body);
my $said = "$ENV{REQUEST_METHOD} $content";
my $probe = unpack('H*', $ENV{HTTP_X_PROBE} // '') || '-';
my $length = 1 + length $said;
print "Status: 200 OK\r\nX-Echo: $said $probe $ENV{REQUEST_URI}\r\nContent-Type: text/plain\r\nContent-Length: $length\r\n\r\n$said\n";
