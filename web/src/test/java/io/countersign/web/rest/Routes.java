package io.countersign.web.rest;

import java.util.Comparator;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route of the service as the handler mappings know it, so that no test forgets a new one. */
@Component
final class Routes {

    private final RequestMappingHandlerMapping mappings;

    Routes(RequestMappingHandlerMapping requestMappingHandlerMapping) {
        this.mappings = requestMappingHandlerMapping;
    }

    /**
     * One way in.
     *
     * @param takesJson whether it reads a body
     */
    record Route(HttpMethod method, String pattern, boolean takesJson) {

        /** The address with these in place of its variables. */
        String path(String id) {
            return pattern.replaceAll("\\{name}", "audit").replaceAll("\\{[^/]+}", id);
        }

        boolean namesOne() {
            return pattern.contains("{");
        }

        @Override
        public String toString() {
            return method + " " + pattern;
        }
    }

    List<Route> below(String... prefixes) {
        return mappings.getHandlerMethods().entrySet().stream()
                .flatMap(entry -> entry.getKey().getPatternValues().stream()
                        .filter(pattern -> List.of(prefixes).stream().anyMatch(pattern::startsWith))
                        .flatMap(pattern -> entry.getKey().getMethodsCondition().getMethods().stream().map(RequestMethod::asHttpMethod)
                                .map(method -> new Route(method, pattern, takesJson(entry.getValue())))))
                .sorted(Comparator.comparing(Route::toString)).toList();
    }

    private static boolean takesJson(HandlerMethod handler) {
        return List.of(handler.getMethodParameters()).stream().anyMatch(parameter -> parameter.getParameterType() == JsonBody.class);
    }
}
