environment = "staging"
store       = { class = "db.t4g.small", gigabytes = 20 }
queues      = { mails = { seconds = 60 } }
