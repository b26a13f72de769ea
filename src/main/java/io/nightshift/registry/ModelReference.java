package io.nightshift.registry;

/**
 * How a job names its model: the folder that holds a {@code model.yaml}.
 *
 * @param text as the user wrote it
 */
public record ModelReference(String text) {

    public ModelReference {
        if (text.isBlank()) {
            throw new IllegalArgumentException("a model is named by its folder");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
