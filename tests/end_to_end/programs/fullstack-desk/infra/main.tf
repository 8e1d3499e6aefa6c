variable "portkey_api_key" {
  type      = string
  sensitive = true
}

resource "kubernetes_secret" "llm" {
  metadata {
    name = "llm"
  }
  data = {
    PORTKEY_API_KEY = var.portkey_api_key
  }
}
