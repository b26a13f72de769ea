package io.nightshift.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightshift.access.Role;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springdoc.webmvc.core.configuration.SpringDocWebMvcConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The description of the API is what the code says, and the service gives it to programs. */
class DescriptionTest {

    private static final Path FILE = Path.of("docs/reference/openapi.json");

    @TempDir
    private Path folder;

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        SpringDocConfiguration.class,
        SpringDocConfigProperties.class,
        SpringDocWebMvcConfiguration.class
    })
    static class Description {

        @Bean
        OpenApiCustomizer fromTheRoutes() {
            return DescriptionTest::complete;
        }
    }

    private static void complete(OpenAPI api) {
        api.getInfo().title("Nightshift").version("v1").description("Runs, jobs and the queue of one service.");
        api.setServers(List.of(new io.swagger.v3.oas.models.servers.Server().url("/")));
        api.setTags(null);
        api.schemaRequirement(
                "token", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer"));
        Schema<?> problem = new Schema<>()
                .type("object")
                .description("RFC 9457; code is stable and listed in the page of error codes");
        Map.of(
                        "type",
                        "string",
                        "title",
                        "string",
                        "status",
                        "integer",
                        "detail",
                        "string",
                        "code",
                        "string",
                        "kind",
                        "string",
                        "retryable",
                        "boolean",
                        "where",
                        "string",
                        "request",
                        "string")
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(key -> problem.addProperty(key.getKey(), new Schema<>().type(key.getValue())));
        api.getComponents().addSchemas("Problem", problem);
        Paths paths = new Paths();
        Route.ALL.forEach(
                route -> paths.addPathItem(route.pattern(), api.getPaths().get(route.pattern())));
        api.setPaths(paths);
        for (Route route : Route.ALL) {
            PathItem path = api.getPaths().get(route.pattern());
            Operation operation = path.readOperationsMap()
                    .get(PathItem.HttpMethod.valueOf(route.method().name()));
            operation.summary(route.summary()).tags(null).operationId(null);
            if (route.role() != null) {
                operation.addSecurityItem(new SecurityRequirement().addList("token"));
                operation.description("Needs the role " + route.role().name().toLowerCase(java.util.Locale.ROOT) + ".");
            }
            operation.getResponses().keySet().removeIf(status -> status.startsWith("4") || status.startsWith("5"));
            operation
                    .getResponses()
                    .addApiResponse(
                            "default",
                            new ApiResponse()
                                    .description("Refused or failed.")
                                    .content(new Content()
                                            .addMediaType(
                                                    ProblemDocument.MEDIA_TYPE,
                                                    new MediaType()
                                                            .schema(new Schema<>()
                                                                    .$ref("#/components/schemas/Problem")))));
        }
    }

    /** Of a request, the description uses nothing but where it came to. */
    private static HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                DescriptionTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRequestURL" -> new StringBuffer("http://localhost/v3/api-docs");
                    case "getRequestURI" -> "/v3/api-docs";
                    case "getContextPath", "getServletPath" -> "";
                    case "getHeaderNames" -> Collections.emptyEnumeration();
                    default -> method.getReturnType() == int.class ? 0 : null;
                });
    }

    @Test
    void theFileHoldsEveryRouteAsTheCodeHasIt() throws Exception {
        String current;
        try (Endpoint endpoint = Endpoint.embedded(folder, Description.class)) {
            byte[] json = endpoint.server
                    .bean(OpenApiWebMvcResource.class)
                    .openapiJson(request(), "/v3/api-docs", java.util.Locale.ROOT);
            JsonMapper mapper = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            current = mapper.writeValueAsString(mapper.readTree(json)) + "\n";
        }
        if (Boolean.getBoolean("nightshift.regenerate")) {
            Files.writeString(FILE, current);
        }
        assertThat(FILE)
                .as("%s, to be made anew by: ./mvnw test -Dtest=DescriptionTest -Dnightshift.regenerate=true", FILE)
                .hasContent(current);
    }

    @Test
    void theServiceGivesTheFileToProgramsWithAToken() throws IOException {
        try (Endpoint endpoint = Endpoint.embedded(folder)) {
            Endpoint.Answer answer = endpoint.get(endpoint.viewer, "/api/v1/openapi.json");
            assertThat(answer.response().body()).isEqualTo(Files.readString(FILE));
            for (Route route : Route.ALL) {
                assertThat(answer.json()
                                .get("paths")
                                .get(route.pattern())
                                .get(route.method().name().toLowerCase(java.util.Locale.ROOT))
                                .has("security"))
                        .as("%s", route)
                        .isEqualTo(route.role() != null);
            }
            assertThat(Route.ALL.stream().filter(route -> route.role() == null).map(Route::pattern))
                    .containsExactly("/health/liveness", "/health/readiness");
            assertThat(Route.ALL).anyMatch(route -> route.role() == Role.OPERATOR);
        }
    }
}
