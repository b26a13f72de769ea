package io.nightshift.admin;

import io.nightshift.access.AccessTokens;
import io.nightshift.access.TokenDocument;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists and revokes tokens. None is made here: one that leaked could make others that outlive its end. */
@RestController
final class TokensController {

    private final AccessTokens tokens;

    TokensController(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @GetMapping(Route.API + "/tokens")
    Map<String, Object> list() {
        return Map.of("tokens", tokens.list().stream().map(TokenDocument::of).toList());
    }

    @PostMapping(Route.API + "/tokens/{name}/revoke")
    Map<String, @Nullable Object> revoke(@PathVariable String name, TokenAuthentication caller) {
        Texts.requirePlain(name);
        return TokenDocument.of(tokens.revoke(name, caller.who()));
    }
}
