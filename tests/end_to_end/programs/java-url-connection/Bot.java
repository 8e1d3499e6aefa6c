import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Bot {
    private static final String API_KEY_HEADER = "x-portkey-api-key";
    private static final String ENDPOINT = "https://api.portkey.ai/v1/chat/completions";

    private final String apiKey;
    private final String config;

    Bot(String apiKey, String config) {
        this.apiKey = apiKey;
        this.config = config;
    }

    String ask(String question, boolean traced) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(ENDPOINT).openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty(API_KEY_HEADER, apiKey);
        if (config != null) connection.setRequestProperty("x-portkey-config", config);
        if (traced) {
            connection.addRequestProperty("x-portkey-trace-id", "bot-" + question.length());
        }
        connection.setDoOutput(true);
        String body = "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"" + question + "\"}]}";
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        try (InputStream in = connection.getInputStream()) {
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Matcher content = Pattern.compile("\"content\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(answer);
            return content.find() ? content.group(1) : answer;
        }
    }

    public static void main(String[] arguments) throws IOException {
        Bot bot = new Bot(System.getenv().getOrDefault("PORTKEY_API_KEY", ""), System.getenv("PORTKEY_CONFIG"));
        System.out.println(bot.ask("How deep is the sea?", true));
        System.out.println(bot.ask("How high is the sky?", false));
    }
}
