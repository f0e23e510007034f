import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** The site on an embedded Tomcat: its default servlet serves the files. */
public final class TomcatSite {
  public static void main(String[] arguments) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(new File(".").getAbsolutePath());
    tomcat.setPort(Integer.parseInt(System.getenv("PORT")));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", System.getenv("DOCUMENTS"));
    boolean isEcho = System.getenv("ROLE").equals("echo");
    Tomcat.addServlet(context, "echo", new Echo());
    context.addServletMappingDecoded(isEcho ? "/*" : "/echo/*", "echo");
    if (!isEcho) {
      Tomcat.addServlet(context, "files", "org.apache.catalina.servlets.DefaultServlet");
      context.addServletMappingDecoded("/", "files");
      context.addWelcomeFile("index.html");
      Tomcat.addServlet(context, "stream", new Stream());
      context.addServletMappingDecoded("/stream", "stream");
    }
    tomcat.start();
    tomcat.getServer().await();
  }

  private static final class Stream extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
      for (String piece : new String[] {"one\n", "two\n", "three\n"}) {
        response.getOutputStream().print(piece);
        response.flushBuffer();
      }
    }
  }

  private static final class Echo extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
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
