module zeroshift.dev/lane/files

go 1.26.0
