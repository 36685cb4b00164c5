package io.countersign.executors.outbound;

import io.countersign.executors.outbound.PublicAddresses.AddressRefused;
import io.countersign.executors.outbound.Reply.Answered;
import io.countersign.executors.outbound.Reply.Cause;
import io.countersign.executors.outbound.Reply.NoAnswer;
import io.countersign.executors.outbound.Reply.NotSent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The one client for calls to the outside. It speaks https to public addresses only, apart from hosts that the operator names; follows no
 * redirect, asks no proxy, keeps no cookie and no connection, repeats nothing, and knows whether a byte of the request has left.
 */
public final class OutboundClient implements AutoCloseable {

    /** The longest body of an answer that is read. */
    public static final int MAX_ANSWER_BYTES = 1 << 20;

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration TOTAL = Duration.ofSeconds(30);
    private static final String GATE = "countersign.gate";

    private final PrivateHosts privateHosts;
    private final DnsResolver outsideNames;
    private final CloseableHttpClient outside;
    private final CloseableHttpClient inside;

    OutboundClient(PrivateHosts privateHosts, DnsResolver outsideNames) {
        this.privateHosts = privateHosts;
        this.outsideNames = outsideNames;
        this.outside = client(outsideNames);
        this.inside = client(SystemDefaultDnsResolver.INSTANCE);
    }

    /**
     * A client that may also call the named private hosts.
     *
     * @param privateHosts comma list of {@code host:port}; may be empty
     * @throws IllegalArgumentException with a sentence for the operator when the list cannot be read
     */
    public static OutboundClient allowing(String privateHosts) {
        return new OutboundClient(PrivateHosts.parse(privateHosts), new PublicAddresses());
    }

    /**
     * Calls, and waits for the answer for at most 30 s or until the deadline, whichever is shorter; then, and on an interrupt, it aborts the call.
     * The last look at the deadline is right before each piece of the request leaves: a machine that stood still in between sends nothing late.
     *
     * @throws InterruptedException when interrupted; nothing of this call leaves the house from then on
     */
    public Reply send(OutboundCall call, Deadline deadline) throws InterruptedException {
        var refusal = refusal(call);
        if (refusal.isPresent()) {
            return new NotSent(Cause.ADDRESS_REFUSED, refusal.get());
        }
        var request = request(call);
        var gate = new Gate(deadline);
        var exchange = new FutureTask<>(() -> exchange(call.uri(), request, gate));
        Thread.ofVirtual().name("outbound ", 0).start(exchange);
        var timeLeft = deadline.left();
        var budget = timeLeft.compareTo(TOTAL) < 0 ? timeLeft : TOTAL;
        try {
            return exchange.get(budget.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            var sending = stop(request, gate);
            var why = call.uri().getHost() + " did not answer within " + budget.toMillis() + " ms; the call was aborted.";
            return sending ? new NoAnswer(Cause.TIME_UP, why) : new NotSent(Cause.TIME_UP, why);
        } catch (InterruptedException e) {
            stop(request, gate);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("A call to " + call.uri().getHost() + " ended in a fault of ours.", e.getCause());
        }
    }

    /**
     * Calls by the same rules, and gives the answer as it comes: for protocols that carry more than a text. The caller closes it.
     *
     * @param timeLeft longest pause between two pieces of the answer
     * @throws IOException when the call may not be made, or nobody answers
     */
    public OpenAnswer open(OutboundCall call, byte @Nullable [] body, Duration timeLeft) throws IOException {
        var refusal = refusal(call);
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        var request = request(call);
        request.setConfig(settings(Timeout.of(timeLeft.isPositive() ? timeLeft : Duration.ofMillis(1))));
        if (body != null) {
            request.setEntity(new ByteArrayEntity(body, null));
        }
        var context = HttpClientContext.create();
        context.setAttribute(GATE, new Gate(Deadline.in(timeLeft)));
        var client = privateHosts.contains(call.uri()) ? inside : outside;
        try {
            return new OpenAnswer(client.executeOpen(
                    new HttpHost(call.uri().getScheme(), call.uri().getHost(), call.uri().getPort()), request, context));
        } catch (IOException e) {
            throw new IOException(why(call.uri(), e));
        }
    }

    /** Sockets for other protocols, by the same rules: to a named private host and port, else to public addresses only. */
    public SocketFactory sockets() {
        return new CheckedSockets(privateHosts, outsideNames);
    }

    /** Whether the operator has named this host and port as one inside the house. */
    public boolean isInside(String host, int port) {
        return privateHosts.contains(host, port);
    }

    @Override
    public void close() throws IOException {
        outside.close();
        inside.close();
    }

    private static boolean stop(HttpUriRequestBase request, Gate gate) {
        var sending = gate.stop();
        request.abort();
        return sending;
    }

    private Reply exchange(URI uri, HttpUriRequestBase request, Gate gate) {
        var context = HttpClientContext.create();
        context.setAttribute(GATE, gate);
        var client = privateHosts.contains(uri) ? inside : outside;
        try {
            return client.execute(request, context, OutboundClient::read);
        } catch (IOException e) {
            return gate.hasPassed()
                    ? new NoAnswer(Cause.CONNECTION, uri.getHost() + " broke off before it answered.")
                    : new NotSent(cause(e), why(uri, e));
        }
    }

    private static Answered read(ClassicHttpResponse response) {
        var retryAfter = Optional.ofNullable(response.getFirstHeader("Retry-After")).map(header -> header.getValue()).orElse(null);
        var body = new byte[0];
        var whole = true;
        if (response.getEntity() != null) {
            var bytes = new ByteArrayOutputStream();
            whole = copy(response, bytes);
            body = bytes.toByteArray();
        }
        return new Answered(response.getCode(), new String(body, StandardCharsets.UTF_8), whole, retryAfter);
    }

    /** False when there was more than we read. */
    private static boolean copy(ClassicHttpResponse response, ByteArrayOutputStream target) {
        try {
            var content = response.getEntity().getContent();
            var chunk = new byte[8192];
            for (int read; (read = content.read(chunk)) != -1;) {
                var room = MAX_ANSWER_BYTES - target.size();
                target.write(chunk, 0, Math.min(read, room));
                if (read > room) {
                    response.close();
                    return false;
                }
            }
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private Optional<String> refusal(OutboundCall call) {
        var uri = call.uri();
        if (uri.getHost() == null || uri.isOpaque()) {
            return Optional.of("The address has no host that can be read.");
        }
        if (uri.getRawUserInfo() != null) {
            return Optional.of("The address carries a user name.");
        }
        var scheme = String.valueOf(uri.getScheme());
        if (!scheme.equalsIgnoreCase("https") && !(scheme.equalsIgnoreCase("http") && privateHosts.contains(uri))) {
            return Optional.of("Only https is spoken to " + uri.getHost() + ".");
        }
        var controls = call.headers().entrySet().stream()
                .anyMatch(header -> (header.getKey() + header.getValue()).chars().anyMatch(c -> c < 0x20 || c == 0x7f));
        return controls ? Optional.of("A header holds a control character.") : Optional.empty();
    }

    private static HttpUriRequestBase request(OutboundCall call) {
        var request = new HttpUriRequestBase(call.method(), call.uri());
        request.setHeader("User-Agent", "Countersign");
        request.setHeader("Accept", "application/json");
        call.headers().forEach(request::setHeader);
        if (call.body() != null) {
            request.setEntity(new StringEntity(call.body(), ContentType.APPLICATION_JSON));
        }
        return request;
    }

    private static Cause cause(IOException e) {
        return switch (e) {
            case AddressRefused refused -> Cause.ADDRESS_REFUSED;
            case Gate.Shut late -> Cause.TIME_UP;
            default -> Cause.CONNECTION;
        };
    }

    private static String why(URI uri, IOException e) {
        return switch (e) {
            case Gate.Shut late -> "The time was up before anything was sent to " + uri.getHost() + ".";
            case AddressRefused refused -> String.valueOf(refused.getMessage());
            case UnknownHostException unknown -> "The name " + uri.getHost() + " could not be resolved.";
            case SSLException distrust -> "No trusted connection to " + uri.getHost() + " could be made.";
            default -> uri.getHost() + " could not be reached.";
        };
    }

    private static CloseableHttpClient client(DnsResolver names) {
        var connect = Timeout.of(CONNECT);
        var connections = new Gated()
                .setDnsResolver(names)
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect).setSocketTimeout(Timeout.of(TOTAL)).build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setMaxConnTotal(128)
                .setMaxConnPerRoute(32)
                .build();
        return HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(settings(Timeout.of(TOTAL)))
                .setRequestExecutor(new AnnouncingExecutor())
                .setConnectionReuseStrategy((request, response, context) -> false)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .build();
    }

    private static RequestConfig settings(Timeout answer) {
        return RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(CONNECT))
                .setResponseTimeout(answer)
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build();
    }

    /** Connections whose every piece passes a gate. */
    private static final class Gated extends PoolingHttpClientConnectionManagerBuilder {

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
            return new DefaultHttpClientConnectionOperator(proxy -> Gate.socket(), ports, names,
                    RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build());
        }
    }

    /** Runs once the connection stands: what this thread writes from here on is the request. */
    private static final class AnnouncingExecutor extends HttpRequestExecutor {

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
                HttpResponseInformationCallback informed, HttpContext context) throws IOException, HttpException {
            ((Gate) context.getAttribute(GATE)).enter();
            try {
                return super.execute(request, connection, informed, context);
            } finally {
                Gate.leave();
            }
        }
    }
}
