import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

public class Chat {
    private static final MediaType JSON = MediaType.get("application/json");
    private final OkHttpClient client = new OkHttpClient();
    private final String key;

    public Chat(String key) {
        this.key = key;
    }

    String ask(String question) throws IOException {
        String json = "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"" + question + "\"}]}";
        Request request = new Request.Builder()
                .url("https://api.portkey.ai/v1/chat/completions")
                .addHeader("x-portkey-api-key", key)
                .addHeader("x-portkey-virtual-key", System.getenv("OPENAI_VIRTUAL_KEY"))
                .addHeader("x-portkey-trace-id", "chat")
                .post(RequestBody.create(JSON, json))
                .build();
        try (Response response = client.newCall(request).execute()) {
            String body = response.body().string();
            Matcher content = Pattern.compile("\"content\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(body);
            return content.find() ? content.group(1) : body;
        }
    }

    int models() throws IOException {
        Headers headers = Headers.of("x-portkey-api-key", this.key, "x-portkey-config", "pc-12ab34");
        Request request = new Request.Builder().url("https://api.portkey.ai/v1/models").headers(headers).build();
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        }
    }

    public static void main(String[] arguments) throws IOException {
        Chat chat = new Chat(System.getenv("PORTKEY_API_KEY"));
        System.out.println(chat.ask("Which bird sings first?"));
        System.out.println(chat.models());
    }
}
