package io.countersign.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.support.AbstractFlashMapManager;
import org.springframework.web.util.WebUtils;
import tools.jackson.databind.json.JsonMapper;

/** Messages from a post to the page that follows it, as text in the session. Values arrive as text, whatever they were. */
final class TextFlashMaps extends AbstractFlashMapManager {

    private static final String ATTRIBUTE = "countersign.flash";

    private final JsonMapper json;

    TextFlashMaps(JsonMapper json) {
        this.json = json;
    }

    private record Flash(@Nullable String path, Map<String, List<String>> parameters, long expiry, Map<String, String> values) {}

    @Override
    protected @Nullable List<FlashMap> retrieveFlashMaps(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        if (session == null || !(session.getAttribute(ATTRIBUTE) instanceof String text)) {
            return null;
        }
        return Arrays.stream(json.readValue(text, Flash[].class)).map(TextFlashMaps::read).collect(Collectors.toList());
    }

    @Override
    protected void updateFlashMaps(List<FlashMap> maps, HttpServletRequest request, HttpServletResponse response) {
        if (maps.isEmpty()) {
            if (request.getSession(false) instanceof HttpSession session) {
                session.removeAttribute(ATTRIBUTE);
            }
            return;
        }
        request.getSession().setAttribute(ATTRIBUTE, json.writeValueAsString(maps.stream().map(TextFlashMaps::write).toList()));
    }

    @Override
    protected Object getFlashMapsMutex(HttpServletRequest request) {
        return WebUtils.getSessionMutex(request.getSession());
    }

    private static Flash write(FlashMap map) {
        return new Flash(map.getTargetRequestPath(), Map.copyOf(map.getTargetRequestParams()), map.getExpirationTime(),
                map.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> String.valueOf(entry.getValue()))));
    }

    private static FlashMap read(Flash flash) {
        FlashMap map = new FlashMap();
        map.setTargetRequestPath(flash.path());
        map.addTargetRequestParams(new LinkedMultiValueMap<>(flash.parameters()));
        map.setExpirationTime(flash.expiry());
        map.putAll(flash.values());
        return map;
    }
}
