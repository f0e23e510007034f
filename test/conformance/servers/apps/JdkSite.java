import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;

/** The site on the JDK's own com.sun.net.httpserver. */
public final class JdkSite {
  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", JdkSite::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = String.valueOf(exchange.getRequestURI().getPath());
    if (System.getenv("ROLE").equals("echo") || path.startsWith("/echo")) {
      echo(exchange);
      return;
    }
    switch (path) {
      case "/" -> send(exchange, 200, "text/html", "<h1>hello</h1>");
      case "/stream", "/events" -> stream(exchange, path.equals("/stream") ? "text/plain" : "text/event-stream");
      case "/empty" -> {
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
      }
      case "/redirect" -> {
        exchange.getResponseHeaders().add("Location", "/");
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
      }
      case "/error" -> send(exchange, 500, "text/html", "oops");
      case "/data/missing" -> send(exchange, 404, "application/json", "{\"no\":\"way\"}");
      default -> send(exchange, 404, "text/html", "<h1>404 Not Found</h1>");
    }
  }

  private static void stream(HttpExchange exchange, String type) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(200, 0);
    for (String piece : new String[] {"data: one\n\n", "data: two\n\n", "data: three\n\n"}) {
      exchange.getResponseBody().write(piece.getBytes(StandardCharsets.US_ASCII));
      exchange.getResponseBody().flush();
    }
    exchange.close();
  }

  private static void echo(HttpExchange exchange) throws IOException {
    String said = exchange.getRequestMethod() + " " + content(exchange);
    String probe = exchange.getRequestHeaders().getOrDefault("X-Probe", List.of("")).stream().collect(joining(","));
    exchange.getResponseHeaders().add("X-Echo", said + " " + hex(probe) + " " + exchange.getRequestURI());
    send(exchange, 200, "text/plain", said + "\n");
  }

  private static String content(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().toString().contains("/unread")) return "- -";
    byte[] body = exchange.getRequestBody().readAllBytes();
    return body.length + " " + digest(body);
  }

  private static String hex(String probe) {
    return probe.isEmpty() ? "-" : HexFormat.of().formatHex(probe.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String digest(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body));
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().add("Content-Type", type);
    if (isHead) exchange.getResponseHeaders().add("Content-Length", String.valueOf(content.length));
    exchange.sendResponseHeaders(status, isHead ? -1 : content.length);
    if (!isHead) exchange.getResponseBody().write(content);
    exchange.close();
  }
}
