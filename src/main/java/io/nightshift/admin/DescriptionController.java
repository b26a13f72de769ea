package io.nightshift.admin;

import java.io.IOException;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Gives the description of the API to programs: it is made from the code by a test and shipped as a file. */
@RestController
final class DescriptionController {

    @GetMapping(Route.API + "/openapi.json")
    ResponseEntity<byte[]> description() throws IOException {
        byte[] text = new ClassPathResource("openapi.json", DescriptionController.class).getContentAsByteArray();
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(text);
    }
}
