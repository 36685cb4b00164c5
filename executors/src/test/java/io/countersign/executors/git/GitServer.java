package io.countersign.executors.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** A bare repository behind git's own protocol over HTTP. Remembers who asked, and can be told to break off or to lead elsewhere. */
final class GitServer implements AutoCloseable {

    private final Repository repository;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> credentials = new CopyOnWriteArrayList<>();
    private volatile boolean silentAfterPush;
    private volatile String elsewhere = "";

    GitServer(Path folder) throws IOException, GitAPIException {
        repository = Git.init().setBare(true).setDirectory(folder.toFile()).setInitialBranch("main").call().getRepository();
        repository.getConfig().setBoolean("http", null, "receivepack", true);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String hostAndPort() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String url() {
        return "http://" + hostAndPort() + "/repo.git";
    }

    Repository repository() {
        return repository;
    }

    List<String> requests() {
        return requests;
    }

    List<String> credentials() {
        return credentials;
    }

    /** Takes pushes, and does not say so. */
    void breakOffAfterPush() {
        silentAfterPush = true;
    }

    void leadTo(String url) {
        elsewhere = url;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        repository.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            requests.add(exchange.getRequestMethod() + " " + path);
            credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            if (!elsewhere.isEmpty()) {
                exchange.getResponseHeaders().add("Location", elsewhere + path);
                exchange.sendResponseHeaders(302, -1);
                return;
            }
            InputStream body = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
                    ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            String service = path.contains("receive-pack") ? "git-receive-pack" : "git-upload-pack";
            boolean refs = path.contains("/info/refs");
            if (refs) {
                PacketLineOut lines = new PacketLineOut(out);
                lines.writeString("# service=" + service + "\n");
                lines.end();
                if (service.equals("git-receive-pack")) {
                    receive().sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
                } else {
                    upload().sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
                }
            } else if (service.equals("git-receive-pack")) {
                receive().receive(body, out, null);
                if (silentAfterPush) {
                    return;
                }
            } else {
                upload().upload(body, out, null);
            }
            exchange.getResponseHeaders().add("Content-Type", "application/x-" + service + (refs ? "-advertisement" : "-result"));
            exchange.sendResponseHeaders(200, out.size() == 0 ? -1 : out.size());
            exchange.getResponseBody().write(out.toByteArray());
        }
    }

    private UploadPack upload() {
        UploadPack pack = new UploadPack(repository);
        pack.setBiDirectionalPipe(false);
        return pack;
    }

    private ReceivePack receive() {
        ReceivePack pack = new ReceivePack(repository);
        pack.setBiDirectionalPipe(false);
        return pack;
    }
}
