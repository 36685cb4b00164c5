package io.countersign.web.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How the console looks and behaves for this browser: kept in cookies, so that the server draws it right at once. */
@Controller
class PreferenceController {

    private static final Duration A_YEAR = Duration.ofDays(365);

    @PostMapping("/admin/preferences")
    String set(@RequestParam(required = false) @Nullable String theme, @RequestParam(required = false) @Nullable String keys,
            @RequestParam(required = false) @Nullable String back, HttpServletRequest request, HttpServletResponse response) {
        if (theme != null && Set.of("light", "dark", "system").contains(theme)) {
            keep("theme", theme, request, response);
        }
        if (keys != null && Set.of("on", "off").contains(keys)) {
            keep("keys", keys, request, response);
        }
        return "redirect:" + Addresses.local(back, "/admin/inbox");
    }

    private static void keep(String name, String value, HttpServletRequest request, HttpServletResponse response) {
        response.addHeader(HttpHeaders.SET_COOKIE, ResponseCookie.from(name, value).path("/").maxAge(A_YEAR).sameSite("Lax").httpOnly(true)
                .secure(request.isSecure()).build().toString());
    }
}
