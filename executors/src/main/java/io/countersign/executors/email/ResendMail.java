package io.countersign.executors.email;

import com.resend.core.net.AbstractHttpResponse;
import com.resend.core.net.HttpMethod;
import com.resend.core.net.IHttpClient;
import com.resend.core.net.RequestOptions;
import com.resend.core.service.BaseService;
import com.resend.services.emails.model.CreateEmailOptions;
import com.resend.services.emails.model.CreateEmailResponse;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundCall;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.outbound.Reply;
import io.countersign.executors.outbound.Reply.Answered;
import java.io.File;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import org.jspecify.annotations.Nullable;

/**
 * The mail service of Resend over our own transport. The library's own service makes its own connections and cannot be given ours from
 * outside its package, but the base class of its services can.
 */
final class ResendMail extends BaseService {

    private static final MediaType JSON = MediaType.get("application/json");

    private final IHttpClient<Reply> transport;

    private ResendMail(String apiKey, IHttpClient<Reply> transport) {
        super(apiKey, transport);
        this.transport = transport;
    }

    static ResendMail at(String baseUrl, String apiKey, OutboundClient client, Deadline deadline) {
        return new ResendMail(apiKey, new Transport(baseUrl.replaceAll("/+$", ""), client, deadline));
    }

    /** The bytes of a mail: the same for the same mail. */
    String body(CreateEmailOptions mail) {
        return resendMapper.writeValue(mail);
    }

    /** One call to the provider. */
    Reply send(String body, String idempotencyKey) throws InterruptedException {
        var options = RequestOptions.builder().setIdempotencyKey(idempotencyKey).build();
        try {
            return transport.perform("/emails", apiKey, HttpMethod.POST, body, JSON, options).getBody();
        } catch (Interrupted e) {
            throw new InterruptedException(e.getMessage());
        }
    }

    /** The provider's id of an accepted mail, if the answer holds one. */
    Optional<String> id(Answered answer) {
        try {
            return Optional.ofNullable(resendMapper.readValue(answer.body(), CreateEmailResponse.class).getId());
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    private static final class Interrupted extends RuntimeException {
        Interrupted(InterruptedException cause) {
            super("The call was interrupted.", cause);
        }
    }

    private record Transport(String baseUrl, OutboundClient client, Deadline deadline) implements IHttpClient<Reply> {

        @Override
        public AbstractHttpResponse<Reply> perform(String path, String apiKey, HttpMethod method, String payload, MediaType type) {
            return call(path, apiKey, method, payload, Map.of());
        }

        @Override
        public AbstractHttpResponse<Reply> perform(String path, String apiKey, HttpMethod method, String payload, MediaType type,
                Map<String, String> headers) {
            return call(path, apiKey, method, payload, headers);
        }

        @Override
        public AbstractHttpResponse<Reply> perform(String path, String apiKey, HttpMethod method, String payload, MediaType type,
                RequestOptions options) {
            var headers = new HashMap<>(options.getAdditionalHeaders());
            headers.put("Idempotency-Key", options.getIdempotencyKey());
            return call(path, apiKey, method, payload, headers);
        }

        @Override
        public AbstractHttpResponse<Reply> performMultipart(String path, String apiKey, HttpMethod method, File file, MediaType type,
                Map<String, String> fields) {
            throw multipart();
        }

        @Override
        public AbstractHttpResponse<Reply> performMultipart(String path, String apiKey, HttpMethod method, File file, MediaType type,
                Map<String, String> fields, RequestOptions options) {
            throw multipart();
        }

        @Override
        public AbstractHttpResponse<Reply> performMultipart(String path, String apiKey, HttpMethod method, byte[] content, String name,
                MediaType type, Map<String, String> fields) {
            throw multipart();
        }

        @Override
        public AbstractHttpResponse<Reply> performMultipart(String path, String apiKey, HttpMethod method, byte[] content, String name,
                MediaType type, Map<String, String> fields, RequestOptions options) {
            throw multipart();
        }

        private AbstractHttpResponse<Reply> call(String path, String apiKey, HttpMethod method, @Nullable String payload,
                Map<String, String> more) {
            var headers = new HashMap<>(more);
            headers.put("Authorization", "Bearer " + apiKey);
            try {
                var reply = client.send(new OutboundCall(method.name(), URI.create(baseUrl + path), headers, payload), deadline);
                return reply instanceof Answered answer
                        ? new AbstractHttpResponse<>(answer.status(), reply, answer.successful())
                        : new AbstractHttpResponse<>(0, reply, false);
            } catch (InterruptedException e) {
                throw new Interrupted(e);
            }
        }

        private static UnsupportedOperationException multipart() {
            return new UnsupportedOperationException("Mails are sent as JSON.");
        }
    }
}
