package io.countersign.web.security;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.support.GenericConversionService;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.web.servlet.FlashMapManager;
import tools.jackson.databind.json.JsonMapper;

/** Sessions in PostgreSQL, shared by all nodes, holding text only: nothing that could be deserialised into an object of somebody's choice. */
@Configuration(proxyBeanMethods = false)
class SessionConfiguration {

    /** How long a signed-in person may be idle. */
    static final Duration SIGNED_IN = Duration.ofHours(8);

    @Bean("springSessionConversionService")
    ConversionService sessionText() {
        GenericConversionService text = new GenericConversionService();
        text.addConverter(Object.class, byte[].class, value -> {
            if (value instanceof String string) {
                return string.getBytes(StandardCharsets.UTF_8);
            }
            throw new IllegalArgumentException("A session holds text only, not " + value.getClass().getName());
        });
        text.addConverter(byte[].class, Object.class, bytes -> new String(bytes, StandardCharsets.UTF_8));
        return text;
    }

    @Bean
    SessionRepositoryCustomizer<JdbcIndexedSessionRepository> concurrentAttributes() {
        return new PostgreSqlJdbcIndexedSessionRepositoryCustomizer();
    }

    @Bean
    FlashMapManager flashMapManager(JsonMapper json) {
        return new TextFlashMaps(json);
    }
}
