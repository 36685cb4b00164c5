package io.countersign.web.rest;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.webmvc.autoconfigure.error.BasicErrorController;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorViewResolver;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.servlet.ModelAndView;

/** Errors from before the controllers, such as an address the firewall refuses: problems on the interface, pages in a browser. */
@Controller
class ErrorRestController extends BasicErrorController {

    private final Problems problems;

    ErrorRestController(ErrorAttributes attributes, WebProperties properties, ObjectProvider<ErrorViewResolver> views, Problems problems) {
        super(attributes, properties.getError(), views.orderedStream().toList());
        this.problems = problems;
    }

    @Override
    public @Nullable ModelAndView errorHtml(HttpServletRequest request, HttpServletResponse response) {
        if (Problems.isOurs(path(request))) {
            write(request, response);
            return null;
        }
        return super.errorHtml(request, response);
    }

    @Override
    public ResponseEntity<Map<String, Object>> error(HttpServletRequest request) {
        var path = path(request);
        var problem = Problems.of(getStatus(request).value(), HttpHeaders.EMPTY);
        return ResponseEntity.status(problem.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problems.body(request, path, problem));
    }

    private void write(HttpServletRequest request, HttpServletResponse response) {
        try {
            problems.write(request, response, path(request), Problems.of(getStatus(request).value(), HttpHeaders.EMPTY));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path ? path : request.getRequestURI();
    }
}
