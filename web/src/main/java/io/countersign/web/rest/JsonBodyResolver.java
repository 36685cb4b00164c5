package io.countersign.web.rest;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Hands a controller its {@link JsonBody}. */
final class JsonBodyResolver implements HandlerMethodArgumentResolver {

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == JsonBody.class;
    }

    @Override
    public JsonBody resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container, NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) throws HttpMediaTypeNotSupportedException {
        var servletRequest = request.getNativeRequest(HttpServletRequest.class);
        if (servletRequest == null) {
            throw new IllegalStateException("not a servlet request");
        }
        var bytes = bytes(servletRequest);
        if (bytes.length > 0) {
            checkMediaType(servletRequest.getContentType());
        }
        return StrictJson.object(bytes);
    }

    private static byte[] bytes(HttpServletRequest request) {
        if (request.getContentLengthLong() > StrictJson.MAX_BODY_BYTES) {
            throw new Refused(RefusalCode.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.");
        }
        try {
            return request.getInputStream().readNBytes(StrictJson.MAX_BODY_BYTES + 1);
        } catch (IOException e) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The body could not be read to its end.");
        }
    }

    private static void checkMediaType(@Nullable String contentType) throws HttpMediaTypeNotSupportedException {
        try {
            var type = contentType == null ? null : MediaType.parseMediaType(contentType);
            boolean json = type != null && (MediaType.APPLICATION_JSON.includes(type)
                    || "application".equals(type.getType()) && type.getSubtype().endsWith("+json"));
            boolean utf8 = type != null && (type.getCharset() == null || StandardCharsets.UTF_8.equals(type.getCharset()));
            if (!json || !utf8) {
                throw new HttpMediaTypeNotSupportedException(type, List.of(MediaType.APPLICATION_JSON));
            }
        } catch (IllegalArgumentException e) {
            throw new HttpMediaTypeNotSupportedException(contentType, List.of(MediaType.APPLICATION_JSON));
        }
    }
}
