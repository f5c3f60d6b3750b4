package dev.norn.opencl;

import dev.norn.backend.BackendException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.lwjgl.opencl.CL10;
import org.lwjgl.opencl.CL11;
import org.lwjgl.opencl.CL12;

/** OpenCL's return codes, by name. */
final class Errors {

    private static final Map<Integer, String> NAMES = names();

    private Errors() {}

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new TreeMap<>();
        for (Class<?> version : new Class<?>[] {CL10.class, CL11.class, CL12.class}) {
            for (Field field : version.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                    try {
                        int value = field.getInt(null);
                        if (value < 0) {
                            names.putIfAbsent(value, field.getName());
                        }
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                }
            }
        }
        names.put(-1001, "CL_PLATFORM_NOT_FOUND_KHR");
        return names;
    }

    static String name(int code) {
        return NAMES.getOrDefault(code, "error " + code);
    }

    /** Throws if a call failed. */
    static void check(String call, int code) {
        if (code != CL10.CL_SUCCESS) {
            throw new BackendException("OpenCL: " + call + " failed with " + name(code) + " (" + code + ")");
        }
    }
}
