package io.countersign.web.admin;

import io.countersign.web.security.AccessLog;
import io.countersign.web.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Has it noted, before the page is made, whose action a person is about to see. */
@Configuration(proxyBeanMethods = false)
class ConsoleReadings implements WebMvcConfigurer, HandlerInterceptor {

    private final AccessLog access;

    ConsoleReadings(AccessLog access) {
        this.access = access;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/admin/**");
    }

    @Override
    public void postHandle(HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable ModelAndView page) {
        if (page != null && page.getModel().get("review") instanceof Review review) {
            Caller.current().ifPresent(caller -> access.reads(caller, review.row().id(), "opened"));
        }
    }
}
