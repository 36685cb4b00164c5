package io.countersign.web.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Refuses a call that would change something and says more in its address than is listened to: somebody who asks for {@code ?dryrun=true} means
 * that nothing happens.
 */
final class KnownParameters implements HandlerInterceptor {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int SHOWN = 60;

    private final ConcurrentMap<HandlerMethod, Set<String>> known = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getQueryString() != null && !READING.contains(request.getMethod()) && handler instanceof HandlerMethod method) {
            var names = known.computeIfAbsent(method, KnownParameters::of);
            UriComponentsBuilder.newInstance().query(request.getQueryString()).build().getQueryParams().keySet().stream()
                    .filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
                        throw Inputs.fault(StrictJson.clean(name, SHOWN), "is not known in the address of this call");
                    });
        }
        return true;
    }

    private static Set<String> of(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters()).map(KnownParameters::name).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static @Nullable String name(MethodParameter parameter) {
        var asked = parameter.getParameterAnnotation(RequestParam.class);
        return asked == null ? null : asked.name().isEmpty() ? parameter.getParameter().getName() : asked.name();
    }
}
