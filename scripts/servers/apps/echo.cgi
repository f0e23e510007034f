#!/usr/bin/perl
# Answers with what was understood of the request; for servers that run CGI programs.
use strict;
use warnings;
use Digest::SHA qw(sha1_hex);

my $body = '';
my $left = $ENV{CONTENT_LENGTH} || -1;
while ($left != 0) {
    my $got = read STDIN, my $piece, $left > 0 ? $left : 65536;
    last unless $got;
    $body .= $piece;
    $left -= $got if $left > 0;
}
my $said = join ' ', $ENV{REQUEST_METHOD}, length $body, sha1_hex($body);
my $length = 1 + length $said;
print "Status: 200 OK\r\nX-Echo: $said $ENV{REQUEST_URI}\r\nContent-Type: text/plain\r\nContent-Length: $length\r\n\r\n$said\n";
