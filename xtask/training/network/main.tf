terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  backend "s3" {
    bucket         = "shop-state"
    key            = "network.tfstate"
    region         = "eu-central-1"
    dynamodb_table = "shop-locks"
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = local.tags
  }
}

locals {
  name    = "shop-${var.environment}"
  zones   = [for letter in ["a", "b", "c"] : "${var.region}${letter}"]
  tags    = merge({ environment = var.environment, owner = "shop" }, var.tags)
  subnets = { for at, zone in local.zones : zone => cidrsubnet(var.range, 4, at) }
  queues  = { for name, it in var.queues : name => it if it.enabled }
}

resource "aws_vpc" "main" {
  cidr_block           = var.range
  enable_dns_hostnames = true
}

resource "aws_subnet" "private" {
  for_each          = local.subnets
  vpc_id            = aws_vpc.main.id
  cidr_block        = each.value
  availability_zone = each.key
  tags              = { Name = format("%s-%s", local.name, each.key) }
}

resource "aws_subnet" "public" {
  count                   = length(local.zones)
  vpc_id                  = aws_vpc.main.id
  cidr_block              = cidrsubnet(var.range, 4, count.index + 8)
  availability_zone       = local.zones[count.index]
  map_public_ip_on_launch = true
}

resource "aws_eip" "nat" {
  count = var.environment == "production" ? length(local.zones) : 1
}

resource "aws_nat_gateway" "main" {
  count         = length(aws_eip.nat)
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
}

resource "aws_security_group" "store" {
  name   = "${local.name}-store"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {
    for_each = var.open_to
    content {
      from_port   = 5432
      to_port     = 5432
      protocol    = "tcp"
      cidr_blocks = [ingress.value]
    }
  }
}

resource "aws_db_instance" "store" {
  identifier                  = "${local.name}-store"
  engine                      = "postgres"
  engine_version              = "16.3"
  instance_class              = var.store.class
  allocated_storage           = var.store.gigabytes
  multi_az                    = var.store.is_doubled
  backup_retention_period     = try(var.store.keep_days, 7)
  deletion_protection         = var.environment == "production"
  manage_master_user_password = true
  username                    = "shop"
  vpc_security_group_ids      = [aws_security_group.store.id]
  skip_final_snapshot         = var.environment != "production"
}

module "queue" {
  source   = "./modules/queue"
  for_each = local.queues

  name    = "${local.name}-${each.key}"
  seconds = each.value.seconds
  tries   = lookup(each.value, "tries", 5)
}

resource "aws_iam_role" "shop" {
  name = local.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

data "aws_iam_policy_document" "shop" {
  statement {
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage"]
    resources = [for it in module.queue : it.arn]
  }
}

resource "aws_iam_role_policy" "shop" {
  role   = aws_iam_role.shop.id
  policy = data.aws_iam_policy_document.shop.json
}

resource "aws_cloudwatch_metric_alarm" "store" {
  alarm_name          = "${local.name}-store-full"
  namespace           = "AWS/RDS"
  metric_name         = "FreeStorageSpace"
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.store.gigabytes * pow(1024, 3) * 0.1
  period              = 300
  evaluation_periods  = 3
  dimensions          = { DBInstanceIdentifier = aws_db_instance.store.identifier }
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name = "${local.name}-alarms"
}

output "store" {
  value = aws_db_instance.store.address
}

output "subnets" {
  value = sort([for it in aws_subnet.private : it.id])
}
