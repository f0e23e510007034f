import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A service of another maker, as it was before anyone thought of a sidecar: it listens on 8080 and knows one path. */
public final class Service {
  public static void main(String[] arguments) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", exchange -> {
      boolean known = exchange.getRequestURI().getPath().equals("/hello");
      byte[] content = (known ? "hello from Java\n" : "no such thing\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(known ? 200 : 404, content.length);
      exchange.getResponseBody().write(content);
      exchange.close();
    });
    server.start();
  }
}
