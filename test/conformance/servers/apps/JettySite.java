import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.eclipse.jetty.server.handler.DefaultHandler;
import org.eclipse.jetty.server.handler.HandlerList;
import org.eclipse.jetty.server.handler.ResourceHandler;

/** The site on an embedded Jetty: its resource handler serves the files. */
public final class JettySite {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(System.getenv("PORT"));
    Server server = new Server(new InetSocketAddress("127.0.0.1", port));
    ResourceHandler files = new ResourceHandler();
    files.setResourceBase(System.getenv("DOCUMENTS"));
    server.setHandler(new HandlerList(new Handler[] {new Echo(), files, new DefaultHandler()}));
    server.start();
    server.join();
  }

  private static final class Echo extends AbstractHandler {
    @Override
    public void handle(String path, Request own, HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean isEcho = System.getenv("ROLE").equals("echo") || path.startsWith("/echo");
      if (!isEcho && !path.equals("/stream")) return;
      own.setHandled(true);
      if (isEcho) echo(request, response);
      else stream(response);
    }

    private static void stream(HttpServletResponse response) throws IOException {
      for (String piece : new String[] {"one\n", "two\n", "three\n"}) {
        response.getOutputStream().print(piece);
        response.flushBuffer();
      }
    }

    private static void echo(HttpServletRequest request, HttpServletResponse response) throws IOException {
      String said = request.getMethod() + " " + content(request);
      response.setHeader("X-Echo", said + " " + hex(request.getHeader("X-Probe")) + " " + request.getRequestURI());
      response.setContentType("text/plain");
      response.getOutputStream().print(said + "\n");
    }

    private static String content(HttpServletRequest request) throws IOException {
      if (request.getRequestURI().contains("/unread")) return "- -";
      byte[] body = request.getInputStream().readAllBytes();
      return body.length + " " + digest(body);
    }

    private static String hex(String probe) {
      if (probe == null || probe.isEmpty()) return "-";
      return HexFormat.of().formatHex(probe.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String digest(byte[] body) {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(body));
      } catch (java.security.NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }
}
