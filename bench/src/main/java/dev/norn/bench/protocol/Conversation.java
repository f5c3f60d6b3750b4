package dev.norn.bench.protocol;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The side that is measured, as the main of its process. */
public final class Conversation {

    /** The request for a {@link Contender#warmUp}. */
    public static final String WARM_UP = "warm-up";

    /** The request for a {@link Contender#round}. */
    public static final String ROUND = "round";

    private Conversation() {}

    /** Answers until there are no more requests, and ends the JVM. */
    public static void hold(Contender.Factory factory) {
        PrintStream answers = System.out;
        System.setOut(System.err); // libraries print
        int code = 0;
        try {
            answer(factory, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), answers);
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            e.printStackTrace();
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            println(answers, Map.of("error", e instanceof IllegalStateException || e instanceof IllegalArgumentException
                    ? why : e.getClass().getSimpleName() + ": " + why));
            code = 1;
        }
        System.exit(code); // libraries leave threads behind
    }

    private static void answer(Contender.Factory factory, BufferedReader requests, PrintStream answers) throws Exception {
        String job = requests.readLine();
        if (job == null) {
            return;
        }
        try (Contender contender = factory.make(Job.parse(job))) {
            println(answers, contender.about());
            for (String request = requests.readLine(); request != null; request = requests.readLine()) {
                println(answers, switch (request) {
                    case WARM_UP -> contender.warmUp().toMap();
                    case ROUND -> contender.round().toMap();
                    default -> throw new IllegalArgumentException("'" + request + "' is no request");
                });
            }
        }
    }

    private static void println(PrintStream answers, Map<String, Object> answer) {
        try {
            answers.println(JSON.std.asString(answer));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        answers.flush();
    }
}
