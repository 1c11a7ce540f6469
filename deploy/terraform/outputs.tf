# What one wants to know after an apply.

output "namespace" {
  description = "Where everything runs."
  value       = kubernetes_namespace.skillstream.metadata[0].name
}

output "page" {
  description = "How to reach the page without an ingress."
  value       = "kubectl -n ${kubernetes_namespace.skillstream.metadata[0].name} port-forward service/skillstream-serve 8080:8080"
}
