import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Ask {
    private static final String BASE = "https://api.portkey.ai/v1";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = System.getenv("PORTKEY_API_KEY");

    public static void main(String[] arguments) throws Exception {
        System.out.println(ask("Where is the harbour?"));
        HttpRequest models = HttpRequest.newBuilder(URI.create("https://api.portkey.ai/v1/models"))
                .headers("x-portkey-api-key", KEY, "x-portkey-virtual-key", "openai-a1b2c3")
                .build();
        System.out.println(HTTP.send(models, HttpResponse.BodyHandlers.ofString()).statusCode());
        HttpRequest.Builder embeddings = HttpRequest.newBuilder(URI.create(BASE + "/embeddings"));
        headers(KEY).forEach(embeddings::header);
        embeddings.POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"text-embedding-3-small\", \"input\": \"harbour\"}"));
        System.out.println(HTTP.send(embeddings.build(), HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    private static Map<String, String> headers(String key) {
        return Map.of(
                "Content-Type", "application/json",
                "x-portkey-api-key", key,
                "x-portkey-virtual-key", "openai-a1b2c3",
                "x-portkey-metadata", "{\"_user\": \"kim\"}");
    }

    private static String ask(String question) throws Exception {
        String body = """
                {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "%s"}]}
                """.formatted(question);
        HttpRequest request = HttpRequest.newBuilder()
                .uri(URI.create(BASE + "/chat/completions"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + System.getenv("OPENAI_API_KEY"))
                .header("x-portkey-api-key", KEY)
                .header("x-portkey-provider", "openai")
                .header("x-portkey-trace-id", "harbour-1") // one a session
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        Matcher content = Pattern.compile("\"content\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(response.body());
        if (response.statusCode() != 200 || !content.find()) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return content.group(1);
    }
}
