module zeroshift.dev/lane/app

go 1.26.0
