<?php
// The site on PHP's built-in server; files are served by the server itself.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (getenv('ROLE') === 'echo' || str_starts_with((string) $path, '/echo')) {
    $isUnread = str_contains($_SERVER['REQUEST_URI'], '/unread');
    $body = $isUnread ? '' : file_get_contents('php://input');
    $content = $isUnread ? '- -' : strlen($body) . ' ' . sha1($body);
    $said = $_SERVER['REQUEST_METHOD'] . ' ' . $content;
    $probe = bin2hex($_SERVER['HTTP_X_PROBE'] ?? '') ?: '-';
    header('X-Echo: ' . $said . ' ' . $probe . ' ' . preg_replace('/[^\x21-\x7e]/', '?', $_SERVER['REQUEST_URI']));
    header('Content-Type: text/plain');
    echo $said, "\n";
    return true;
}
switch ($path) {
    case '/':
        echo '<h1>hello</h1>';
        return true;
    case '/stream':
        foreach (["one\n", "two\n", "three\n"] as $piece) {
            echo $piece;
            flush();
        }
        return true;
    case '/fields':
        header('X-Odd-CASE: a,  b');
        setcookie('a', '1');
        setcookie('b', '2');
        echo 'ok';
        return true;
    case '/empty':
        http_response_code(204);
        return true;
    case '/redirect':
        header('Location: /');
        return true;
    case '/error':
        http_response_code(500);
        echo 'oops';
        return true;
    case '/data/missing':
        http_response_code(404);
        header('Content-Type: application/json');
        echo '{"no":"way"}';
        return true;
}
return false;
