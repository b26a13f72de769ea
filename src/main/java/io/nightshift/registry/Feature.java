package io.nightshift.registry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column of the input and how it becomes one or several elements of a tensor's row. Immutable.
 *
 * @param reading reads the column
 * @param steps applied to its number, in this order
 * @param missing the number that stands for a null before the steps (NaN where the model knows missing values as NaN, -1
 *     for all zeros of a one_hot), or null to reject the row
 */
public record Feature(
        String column,
        Transform.Reading reading,
        List<Transform.Step> steps,
        @Nullable Double missing) {

    public Feature {
        steps = List.copyOf(steps);
    }

    /** How many elements of the tensor's row it fills. */
    public int width() {
        return reading instanceof Transform.OneHot oneHot ? oneHot.vocabulary().size() : 1;
    }
}
