package io.countersign.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.FlashMapManager;

/** The page that asks who is there. The posted form never reaches a controller. */
@Controller
class SignInPage {

    private static final int LONGEST = 254;

    /** Keeps what was typed as an address for the page that follows, once and in the session alone, whether anybody has that address or not. */
    static void remember(FlashMapManager flashes, HttpServletRequest request, HttpServletResponse response) {
        String typed = request.getParameter("username");
        if (typed != null && typed.length() <= LONGEST && typed.chars().noneMatch(Character::isISOControl)) {
            FlashMap next = new FlashMap();
            next.put("typed", typed);
            next.setTargetRequestPath("/login");
            flashes.saveOutputFlashMap(next, request, response);
        }
    }

    @GetMapping("/login")
    String signIn(@RequestParam(required = false) @Nullable String error, @RequestParam(name = "signed-out", required = false) @Nullable String out,
            @RequestParam(name = "password-changed", required = false) @Nullable String changed, Model model) {
        model.addAttribute("problem", error == null ? null : sentence(error));
        model.addAttribute("said", changed != null ? "Your password is changed. Sign in with the new one."
                : out != null ? "You are signed out." : null);
        return Caller.current().isPresent() ? "redirect:/admin" : "sign-in";
    }

    @GetMapping("/")
    String home() {
        return "redirect:/admin";
    }

    private static String sentence(String error) {
        return switch (error) {
            case "throttled" -> "Too many failed sign-ins. Wait " + Tries.WINDOW.toMinutes() + " minutes and try again.";
            case "unavailable" -> "Signing in is not possible at the moment. Try again in a minute.";
            default -> "The e-mail address or the password is not right.";
        };
    }
}
