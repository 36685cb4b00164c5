package io.countersign.web.security;

import io.countersign.command.api.Refused;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import org.axonframework.commandhandling.CommandBus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.www.BasicAuthenticationFilter;
import org.springframework.security.web.header.HeaderWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.savedrequest.NullRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.FlashMapManager;

/** Which doors there are and who may pass. What is not named here is closed. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SecuritySettings.class)
class SecurityConfiguration {

    static final String STRICT_POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
            + "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    static final String PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";
    private static final String API_POLICY = "default-src 'none'; frame-ancestors 'none'";
    private static final String AFTER_SIGN_IN = "countersign.after_sign_in";
    private static final Logger LOG = LoggerFactory.getLogger(SecurityConfiguration.class);

    /** Axon has no property for this: an interceptor is registered on the bus itself. */
    @Bean
    SmartInitializingSingleton callerOnEveryCommand(CommandBus bus, CallerMetadata metadata) {
        return () -> bus.registerDispatchInterceptor(metadata);
    }

    @Bean
    @Order(1)
    SecurityFilterChain api(HttpSecurity http, Credentials credentials, KeyRates rates, SecurityProblems problems, AccessLog access) {
        ApiAuthentication authentication = new ApiAuthentication(credentials, rates, problems);
        return closed(http).securityMatcher("/api/**", "/v1/**", "/v3/api-docs", "/v3/api-docs/**", "/v3/api-docs.yaml")
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .addFilterBefore(authentication, BasicAuthenticationFilter.class)
                .headers(headers -> headers.addHeaderWriter(new StaticHeadersWriter("Content-Security-Policy", API_POLICY)))
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD).permitAll()
                        .requestMatchers(HttpMethod.GET, "/v3/api-docs", "/v3/api-docs/**", "/v3/api-docs.yaml").permitAll()
                        .requestMatchers("/api/v1/admin/**").hasRole("ADMIN")
                        .requestMatchers("/api/v1/work", "/api/v1/work/**").hasAuthority("WORKER")
                        .requestMatchers("/api/**", "/v1/**").hasAnyAuthority("AGENT", "ROLE_VIEWER")
                        .anyRequest().denyAll())
                .exceptionHandling(refusals -> refusals
                        .authenticationEntryPoint((request, response, none) -> authentication.unauthenticated(request, response,
                                "Send \"Authorization: Bearer\" with an API key, or HTTP Basic with a person's address and password."))
                        .accessDeniedHandler((request, response, denied) -> problems.write(request, response, HttpStatus.FORBIDDEN,
                                note(access, request, Caller.current().filter(Caller::isAgent).isPresent() ? "forbidden" : "insufficient_role"),
                                request.getRequestURI().startsWith("/api/v1/work") ? "This is for workers. Ask an administrator for a key that works."
                                        : isForWork() ? "This key is for work only: it takes work, keeps it and reports how it ended, under /api/v1/work. "
                                        + "Ask an administrator for a key that may do more."
                                        : "This asks for the role admin. Ask an administrator.")))
                .build();
    }

    @Bean
    @Order(2)
    SecurityFilterChain console(HttpSecurity http, Credentials credentials, ConsoleSessions sessions, ApplicationEventPublisher events,
            AccessLog access, FlashMapManager flashes) {
        RequestMatcher preview = PathPatternRequestMatcher.withDefaults().matcher("/admin/actions/{id}/preview");
        return closed(http).securityMatcher("/", "/admin", "/admin/**", "/login", "/logout", "/error")
                .securityContext(context -> context.securityContextRepository(sessions))
                .csrf(csrf -> csrf.csrfTokenRepository(new SessionCsrfTokens()))
                .formLogin(form -> form.loginPage("/login").usernameParameter("username").passwordParameter("password")
                        .successHandler((request, response, authentication) -> {
                            if (authentication.getPrincipal() instanceof Caller caller) {
                                access.signedIn(caller);
                                events.publishEvent(new SignedIn(caller));
                            }
                            response.sendRedirect(afterSignIn(request).orElse("/admin"));
                        })
                        .failureHandler((request, response, failure) -> {
                            SignInPage.remember(flashes, request, response);
                            response.sendRedirect("/login?error=" + word(failure));
                        }))
                .logout(logout -> logout.logoutUrl("/logout").logoutSuccessUrl("/login?signed-out").invalidateHttpSession(true))
                .authenticationManager(new PasswordSignIn(credentials))
                .headers(headers -> headers
                        .addHeaderWriter(policy(preview, PREVIEW_POLICY, "SAMEORIGIN"))
                        .addHeaderWriter(policy(new NegatedRequestMatcher(preview), STRICT_POLICY, "DENY")))
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD).permitAll()
                        .requestMatchers("/", "/login").permitAll()
                        .requestMatchers("/admin", "/admin/**", "/logout").hasRole("VIEWER")
                        .anyRequest().denyAll())
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(SecurityConfiguration::askToSignIn)
                        .accessDeniedHandler((request, response, denied) -> {
                            note(access, request, "insufficient_role");
                            new AccessDeniedHandlerImpl().handle(request, response, denied);
                        }))
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain everythingElse(HttpSecurity http) {
        return closed(http).sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.cacheControl(HeadersConfigurer.CacheControlConfig::disable)
                        .addHeaderWriter(policy(request -> true, STRICT_POLICY, "DENY")))
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR, DispatcherType.FORWARD).permitAll()
                        .requestMatchers(HttpMethod.GET, "/assets/**", "/favicon.ico", "/livez", "/readyz", "/.well-known/countersign/keys").permitAll()
                        .requestMatchers(HttpMethod.HEAD, "/assets/**", "/favicon.ico", "/livez", "/readyz").permitAll()
                        .anyRequest().denyAll())
                .exceptionHandling(refusals -> refusals
                        .authenticationEntryPoint((request, response, none) -> response.sendError(HttpServletResponse.SC_NOT_FOUND)))
                .build();
    }

    private static boolean isForWork() {
        return SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication caller && caller.isForWork();
    }

    /** Before any pattern was looked for: the address itself, with stars for what names one. */
    private static String note(AccessLog access, HttpServletRequest request, String code) {
        access.refused(code, request.getMethod() + " " + request.getRequestURI().replaceAll("/(?=[^/]*[0-9])(?!v1/)[^/]+", "/*"), null);
        return code;
    }

    private static HttpSecurity closed(HttpSecurity http) {
        return http.requestCache(cache -> cache.requestCache(new NullRequestCache()))
                .httpBasic(AbstractHttpConfigurer::disable)
                .headers(headers -> headers.frameOptions(HeadersConfigurer.FrameOptionsConfig::disable)
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)));
    }

    private static HeaderWriter policy(RequestMatcher where, String policy, String frames) {
        return new DelegatingRequestMatcherHeaderWriter(where, (request, response) -> {
            response.setHeader("Content-Security-Policy", policy);
            response.setHeader("X-Frame-Options", frames);
        });
    }

    private static void askToSignIn(HttpServletRequest request, HttpServletResponse response, AuthenticationException none) throws IOException {
        boolean page = HttpMethod.GET.matches(request.getMethod()) && request.getHeader("HX-Request") == null
                && Optional.ofNullable(request.getHeader("Accept")).filter(accept -> accept.contains("text/html")).isPresent();
        if (page) {
            String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
            request.getSession().setAttribute(AFTER_SIGN_IN, request.getRequestURI() + query);
        }
        if (request.getHeader("HX-Request") != null) {
            response.setHeader("HX-Redirect", "/login");
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        response.sendRedirect("/login");
    }

    private static Optional<String> afterSignIn(HttpServletRequest request) {
        HttpSession session = request.getSession();
        Object place = session.getAttribute(AFTER_SIGN_IN);
        session.removeAttribute(AFTER_SIGN_IN);
        return place instanceof String path && path.startsWith("/admin") ? Optional.of(path) : Optional.empty();
    }

    private static String word(AuthenticationException failure) {
        return switch (failure) {
            case LockedException throttled -> "throttled";
            case AuthenticationServiceException unavailable -> "unavailable";
            default -> "refused";
        };
    }

    /** Checks what the sign-in page sends. */
    private record PasswordSignIn(Credentials credentials) implements AuthenticationManager {

        @Override
        public Authentication authenticate(Authentication attempt) {
            String address = attempt.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "";
            try {
                return credentials.person(attempt.getName(), String.valueOf(attempt.getCredentials()), address, Caller.CONSOLE)
                        .map(person -> new CallerAuthentication(Caller.of(person, Caller.CONSOLE)))
                        .orElseThrow(() -> {
                            LOG.info("A sign-in from {} was refused", address);
                            return new BadCredentialsException("refused");
                        });
            } catch (Credentials.Throttled throttled) {
                LOG.warn("Sign-ins from {} are throttled", address);
                throw new LockedException("throttled", throttled);
            } catch (Passwords.Overloaded overloaded) {
                throw new AuthenticationServiceException("overloaded", overloaded);
            } catch (Refused refused) {
                throw new AuthenticationServiceException("unavailable", refused);
            }
        }
    }
}
