module zeroshift.local/keeper

go 1.26.0
