# Skillstream on a cluster that exists: a namespace, the two operators, ClickHouse's password and our chart.
# terraform init && terraform apply -var 'image={repository="registry.example.org/skillstream",tag="0.1.0"}' \
#   -var sources=greenhouse:acme

provider "kubernetes" {
  config_path    = pathexpand(var.kubeconfig)
  config_context = var.kube_context
}

provider "helm" {
  kubernetes = {
    config_path    = pathexpand(var.kubeconfig)
    config_context = var.kube_context
  }
}

locals {
  clickhouse_secret = { name = "skillstream-clickhouse", key = "password" }
}

resource "kubernetes_namespace" "skillstream" {
  metadata {
    name = var.namespace
    labels = {
      "pod-security.kubernetes.io/enforce" = "baseline"
      "pod-security.kubernetes.io/warn"    = "restricted"
    }
  }
}

resource "helm_release" "strimzi" {
  name       = "strimzi"
  namespace  = kubernetes_namespace.skillstream.metadata[0].name
  repository = "oci://quay.io/strimzi-helm"
  chart      = "strimzi-kafka-operator"
  version    = var.strimzi_version
  atomic     = true
}

resource "helm_release" "clickhouse_operator" {
  count      = var.clickhouse_operator_version == "" ? 0 : 1
  name       = "clickhouse-operator"
  namespace  = kubernetes_namespace.skillstream.metadata[0].name
  repository = "https://docs.altinity.com/clickhouse-operator"
  chart      = "altinity-clickhouse-operator"
  version    = var.clickhouse_operator_version
  atomic     = true
}

# It stands in the state, which therefore belongs into a backend that encrypts and is not for everybody.
resource "random_password" "clickhouse" {
  length  = 32
  special = false
}

resource "kubernetes_secret" "clickhouse" {
  metadata {
    name      = local.clickhouse_secret.name
    namespace = kubernetes_namespace.skillstream.metadata[0].name
  }
  data = { (local.clickhouse_secret.key) = random_password.clickhouse.result }
}

resource "helm_release" "skillstream" {
  name      = "skillstream"
  namespace = kubernetes_namespace.skillstream.metadata[0].name
  chart     = "${path.module}/../helm/skillstream"
  # Brokers and their volumes come first, and take their time.
  timeout = 900

  values = concat([
    yamlencode({
      image      = var.image
      services   = { scrape = { env = { SKILLSTREAM_SOURCES = var.sources } } }
      clickhouse = { install = var.clickhouse_operator_version != "", passwordSecret = local.clickhouse_secret }
    })
  ], var.values)

  depends_on = [helm_release.strimzi, helm_release.clickhouse_operator, kubernetes_secret.clickhouse]
}
