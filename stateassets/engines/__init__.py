"""Past one frame and past one machine: a lake of Parquet files, the unit of work, the engines that carry it out."""
